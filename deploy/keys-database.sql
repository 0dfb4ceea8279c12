CREATE DATABASE gehoor_keys OWNER gehoor;
