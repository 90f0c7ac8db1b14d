// A library for every loader there is.
(function (root) {
  "use strict";
  var bar = { shown: 0, show: function () { bar.shown += 1; } };
  if (typeof module === "object" && typeof module.exports === "object") module.exports = bar;
  else root.topbar = bar;
}).call(this, window);
