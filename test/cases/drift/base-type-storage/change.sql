ALTER TYPE w SET (STORAGE = external);
