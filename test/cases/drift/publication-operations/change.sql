ALTER PUBLICATION pb SET (publish = 'insert');
