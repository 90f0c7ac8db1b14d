defmodule NotesWeb.Endpoint do
  use Phoenix.Endpoint, otp_app: :notes

  socket "/socket", NotesWeb.UserSocket, websocket: true
  socket "/live", Phoenix.LiveView.Socket
  plug Plug.Static, at: "/", from: :notes, only: NotesWeb.static_paths()
  plug NotesWeb.Router
end
