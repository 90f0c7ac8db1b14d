import Config

config :shelf, dev_routes: true
config :shelf, ShelfWeb.Endpoint, url: [port: 4000]
