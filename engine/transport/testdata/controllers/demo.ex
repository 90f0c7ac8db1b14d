# Controllers, plugs and a live view behind one router.

defmodule Demo.PageHTML do
  use Phoenix.Component
  def home(assigns) do
    ~H"""
    <h1>Hello {@name} {Phoenix.Flash.get(@flash, :info)}</h1>
    <.form for={%{}} action="/post" :let={_f}><input name="x" value="1"></.form>
    """
  end
end
defmodule Demo.PageJSON do
  def home(%{name: n}), do: %{name: n}
end
defmodule Demo.PageController do
  use Phoenix.Controller, formats: [:html, :json]
  plug :put_it, "v" when action in [:home]
  plug :never when action == :nope
  action_fallback Demo.Fallback
  def home(conn, params), do: render(conn, :home, name: params["name"] || conn.assigns.it)
  def post(conn, %{"x" => x}), do: conn |> put_flash(:info, "posted #{x}") |> redirect(to: "/home")
  def err(_conn, _), do: {:error, :not_found}
  def forged(conn, _), do: %{conn | status: 7, resp_body: "x", state: :sent}
  def sess(conn, _), do: conn |> put_session(:n, (get_session(conn, :n) || 0) + 1) |> then(&text(&1, "n=#{get_session(&1, :n)}"))
  defp put_it(conn, v), do: assign(conn, :it, v)
  defp never(conn, _), do: conn |> send_resp(500, "never") |> halt()
end
defmodule Demo.Fallback do
  use Phoenix.Controller, formats: []
  def call(conn, {:error, status}), do: conn |> put_status(status) |> json(%{error: status})
end
defmodule Demo.Plug do
  import Plug.Conn
  def init(o), do: o
  def call(conn, o), do: conn |> put_resp_header("x-plug", inspect(o)) 
end
defmodule Demo.Hello do
  use Plug.Builder
  plug Demo.Plug, :in_builder
  plug :hello
  def hello(conn, _), do: send_resp(conn, 200, "hello #{inspect(conn.path_info)} #{inspect(conn.script_name)}")
end
defmodule Demo.Live do
  use Phoenix.LiveView
  def mount(_p, s, socket), do: {:ok, assign_new(socket, :user, fn -> "none" end) |> assign(page_title: "T", s: Map.drop(s, ["_csrf_token"]))}
  def render(assigns), do: ~H"<p>live {@user} {inspect(@s)}</p>"
end
defmodule Demo.FormLive do
  use Phoenix.LiveView
  def render(assigns), do: ~H|<.form for={%{}} action="/post" phx-trigger-action><input name="x" value="2"></.form>|
end
defmodule Demo.Layouts do
  use Phoenix.Component
  def root(assigns), do: ~H|<!DOCTYPE html><html><head><meta name="csrf-token" content={Plug.CSRFProtection.get_csrf_token()}><.live_title>{assigns[:page_title]}</.live_title></head><body>{@inner_content}</body></html>|
end
defmodule Demo.Router do
  use Phoenix.Router
  import Phoenix.LiveView.Router
  pipeline :browser do
    plug :accepts, ["html", "json"]
    plug :fetch_session
    plug :fetch_live_flash
    plug :put_root_layout, html: {Demo.Layouts, :root}
    plug :protect_from_forgery
    plug :put_secure_browser_headers
    plug Demo.Plug, a: 1
    plug :user, "ann"
  end
  def user(conn, u), do: assign(conn, :user, u)
  def admin(conn, _), do: conn |> send_resp(401, "no") |> halt()
  scope "/", Demo do
    pipe_through :browser
    get "/home", PageController, :home
    post "/post", PageController, :post
    get "/err", PageController, :err
    get "/forged", PageController, :forged
    get "/sess", PageController, :sess
    live "/live", Live
    live "/form", FormLive
    resources "/things", PageController, only: [:index, :show]
    forward "/hello", Hello
  end
  scope "/adm", Demo do
    pipe_through [:browser, :admin]
    get "/", PageController, :home
  end
end
