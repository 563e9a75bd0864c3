-- A database with nothing in it, whatever somebody has put into template1.
CREATE DATABASE :"database" TEMPLATE template0
