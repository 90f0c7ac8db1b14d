import Config

config :shelf,
  ecto_repos: [Shelf.Repo],
  shelves: ["novels", "poems"]

config :shelf, ShelfWeb.Endpoint,
  url: [host: "localhost"],
  pubsub_server: Shelf.PubSub,
  live_view: [signing_salt: "salt"]

config :esbuild, shelf: [cd: Path.expand("../assets", __DIR__), env: %{"NODE_PATH" => Mix.Project.build_path()}]

config :shelf, secret: System.fetch_env!("SHELF_SECRET")

import_config "#{config_env()}.exs"
