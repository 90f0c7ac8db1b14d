defmodule ShelfWeb.Auth do
  import Plug.Conn
  import Phoenix.Controller

  def fetch_reader(conn, _opts), do: assign(conn, :reader, get_session(conn, :reader))

  def require_reader(conn, _opts) do
    if conn.assigns.reader do
      conn
    else
      conn |> put_flash(:error, "Say who you are") |> redirect(to: "/") |> halt()
    end
  end

  def on_mount(:reader, _params, session, socket) do
    {:cont, Phoenix.Component.assign_new(socket, :reader, fn -> session["reader"] end)}
  end
end
