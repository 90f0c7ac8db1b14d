# Pages of live views that no router leads to.

defmodule Phoenix.LiveViewTest.Routes do
  @moduledoc false

  def call(conn, nil) do
    raise Phoenix.Router.NoRouteError, conn: conn, router: Phoenix.LiveViewTest.Routes
  end

  def call(conn, view) do
    conn |> Plug.Conn.fetch_session() |> Phoenix.LiveView.Router.fetch_live_flash([]) |> Phoenix.LiveView.Controller.live_render(view)
  end
end
