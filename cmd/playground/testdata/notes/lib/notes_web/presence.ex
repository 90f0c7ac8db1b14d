defmodule NotesWeb.Presence do
  use Phoenix.Presence, otp_app: :notes, pubsub_server: Notes.PubSub
end
