defmodule Shelf.Application do
  use Application

  @impl true
  def start(_type, _args) do
    children = [
      ShelfWeb.Telemetry,
      Shelf.Repo,
      {DNSCluster, query: Application.get_env(:shelf, :dns_cluster_query) || :ignore},
      {Phoenix.PubSub, name: Shelf.PubSub},
      Shelf.Store,
      ShelfWeb.Endpoint
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: Shelf.Supervisor)
  end

  @impl true
  def config_change(changed, _new, removed) do
    ShelfWeb.Endpoint.config_change(changed, removed)
    :ok
  end
end
