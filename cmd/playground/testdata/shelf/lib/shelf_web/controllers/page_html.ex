defmodule ShelfWeb.PageHTML do
  use ShelfWeb, :html

  embed_templates "page_html/*"
end
