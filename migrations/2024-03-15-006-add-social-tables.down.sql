DROP TABLE comments;
DROP TABLE follows;
DROP TABLE likes;
