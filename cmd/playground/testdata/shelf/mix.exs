defmodule Shelf.MixProject do
  use Mix.Project

  def project, do: [app: :shelf, version: "0.1.0", deps: deps()]
  def application, do: [mod: {Shelf.Application, []}]
  defp deps, do: [{:phoenix, "~> 1.8"}, {:phoenix_live_view, "~> 1.1"}]
end
