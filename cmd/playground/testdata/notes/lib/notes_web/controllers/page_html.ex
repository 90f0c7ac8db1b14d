defmodule NotesWeb.PageHTML do
  use NotesWeb, :html
  embed_templates "page_html/*"
end
