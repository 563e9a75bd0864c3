CREATE TABLE other (w text);
