defmodule NotesWeb.PageController do
  use NotesWeb, :controller

  def home(conn, _params), do: render(conn, :home, note: gettext("A first note"))
end
