ExUnit.start()
Ecto.Adapters.SQL.Sandbox.mode(Shelf.Repo, :manual)
