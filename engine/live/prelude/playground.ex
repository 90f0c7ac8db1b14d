# What PhoenixPlayground.start/1 serves that is no live view.

defmodule PhoenixPlayground.ControllerRouter do
  @moduledoc false
  use Phoenix.Router, helpers: false

  pipeline :browser do
    plug :accepts, ["html", "json"]
    plug :fetch_session
    plug :protect_from_forgery
    plug :put_secure_browser_headers
  end

  scope "/" do
    pipe_through :browser
    get "/", PhoenixPlayground.Delegate, :index
  end
end

defmodule PhoenixPlayground.PlugRouter do
  @moduledoc false
  use Phoenix.Router, helpers: false
  forward "/", PhoenixPlayground.Delegate, :plug
end

defmodule PhoenixPlayground.Delegate do
  @moduledoc false
  def init(opts), do: opts

  def call(conn, opts) do
    case Plug.Conn.Native.script_plug() do
      module when is_atom(module) and opts == :index -> module.call(conn, module.init(:index))
      module when is_atom(module) -> module.call(conn, module.init([]))
      {module, options} -> module.call(conn, module.init(options))
      fun when is_function(fun, 1) -> fun.(conn)
      fun when is_function(fun, 2) -> fun.(conn, [])
    end
  end
end

defmodule PhoenixPlayground.Layout do
  @moduledoc false
  use Phoenix.Component

  def root(assigns) do
    ~H"""
    <!DOCTYPE html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="csrf-token" content={Plug.CSRFProtection.get_csrf_token()} />
        <.live_title default="Phoenix Playground">{assigns[:page_title]}</.live_title>
        <script src="/assets/page_globals.js">
        </script>
        <script src="/assets/phoenix/phoenix.js">
        </script>
        <script src="/assets/phoenix_live_view/phoenix_live_view.js">
        </script>
      </head>
      <body>
        {@inner_content}
      </body>
    </html>
    """
  end
end
