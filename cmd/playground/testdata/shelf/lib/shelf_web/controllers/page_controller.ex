defmodule ShelfWeb.PageController do
  use ShelfWeb, :controller

  def home(conn, _params), do: render(conn, :home, shelves: Shelf.names())

  def reader(conn, %{"name" => name}) do
    conn
    |> put_session(:reader, name)
    |> put_flash(:info, gettext("Hello, %{name}!", name: name))
    |> redirect(to: ~p"/mine")
  end
end
