-- alone
CREATE TABLE g (v text);
