-- Which assignments a gateway has ended and wiped: asked before its kit is lent again.
create index item_ended on item (assignment) where kind = 'ended';
