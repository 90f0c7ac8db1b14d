defmodule ShelfWeb.Endpoint do
  use Phoenix.Endpoint, otp_app: :shelf

  @session_options [store: :cookie, key: "_shelf_key", signing_salt: "salt", same_site: "Lax"]

  socket "/live", Phoenix.LiveView.Socket, websocket: [connect_info: [session: @session_options]]

  plug Plug.Static,
    at: "/",
    from: :shelf,
    gzip: not code_reloading?,
    only: ShelfWeb.static_paths(),
    raise_on_missing_only: code_reloading?

  if code_reloading? do
    socket "/phoenix/live_reload/socket", Phoenix.LiveReloader.Socket
    plug Phoenix.LiveReloader
  end

  plug Plug.Session, @session_options
  plug ShelfWeb.Router
end
