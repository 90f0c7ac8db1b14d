defmodule NotesWeb.Layouts do
  use NotesWeb, :html
  embed_templates "layouts/*"
end
