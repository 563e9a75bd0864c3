-- alone: reaches beyond its schema
CREATE ACCESS METHOD am2 TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE a (x int);
