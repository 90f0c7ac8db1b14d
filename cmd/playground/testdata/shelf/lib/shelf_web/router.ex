defmodule ShelfWeb.Router do
  use ShelfWeb, :router

  import ShelfWeb.Auth

  pipeline :browser do
    plug :accepts, ["html"]
    plug :fetch_session
    plug :fetch_live_flash
    plug :put_root_layout, html: {ShelfWeb.Layouts, :root}
    plug :protect_from_forgery
    plug :put_secure_browser_headers
    plug Corsica, origins: "*"
    plug :fetch_reader
  end

  pipeline :api do
    plug :accepts, ["json"]
  end

  scope "/", ShelfWeb do
    pipe_through :browser

    get "/", PageController, :home
    post "/reader", PageController, :reader

    live_session :books, on_mount: [{ShelfWeb.Auth, :reader}] do
      live "/books", BooksLive, :index
    end
  end

  scope "/", ShelfWeb do
    pipe_through [:browser, :require_reader]
    live "/mine", BooksLive, :mine
  end

  scope "/api", ShelfWeb do
    pipe_through :api
    resources "/books", BookController, only: [:index, :show, :create]
  end

  if Application.compile_env(:shelf, :dev_routes) do
    import Phoenix.LiveDashboard.Router

    scope "/dev" do
      pipe_through :browser
      live_dashboard "/dashboard", metrics: ShelfWeb.Telemetry
      forward "/mailbox", Plug.Swoosh.MailboxPreview
    end
  end
end
