CREATE TYPE w (INPUT = w_in, OUTPUT = w_out, LIKE = text);
