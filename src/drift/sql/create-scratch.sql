-- From the empty template: what an administrator put into template1 is none of the migrations' doing.
CREATE DATABASE :"database" TEMPLATE template0
