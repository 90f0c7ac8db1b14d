defmodule Notes.Application do
  use Application

  def start(_type, _args) do
    children = [
      {Phoenix.PubSub, name: Notes.PubSub},
      NotesWeb.Presence,
      {Finch, name: Notes.Finch},
      NotesWeb.Endpoint
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: Notes.Supervisor)
  end
end
