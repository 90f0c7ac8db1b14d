defmodule Notes.MixProject do
  use Mix.Project

  def project, do: [app: :notes, version: "0.1.0", deps: [{:phoenix, "~> 1.7"}, {:phoenix_live_view, "~> 0.20"}]]
  def application, do: [mod: {Notes.Application, []}]
end
