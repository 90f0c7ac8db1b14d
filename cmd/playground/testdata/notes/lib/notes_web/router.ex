defmodule NotesWeb.Router do
  use NotesWeb, :router

  pipeline :browser do
    plug :accepts, ["html"]
    plug :fetch_session
    plug :fetch_live_flash
    plug :put_root_layout, html: {NotesWeb.Layouts, :root}
    plug :protect_from_forgery
    plug :put_secure_browser_headers
  end

  pipeline :short do
    plug :put_layout, false
  end

  scope "/", NotesWeb do
    pipe_through :browser

    get "/", PageController, :home
    live "/notes", NoteLive.Index, :index
    live "/notes/new", NoteLive.Index, :new

    live_session :bare, layout: {NotesWeb.Layouts, :bare}, root_layout: {NotesWeb.Layouts, :other} do
      live "/bare", NoteLive.Index, :bare
    end
  end

  scope "/short", NotesWeb do
    pipe_through [:browser, :short]
    get "/", PageController, :home
  end
end
