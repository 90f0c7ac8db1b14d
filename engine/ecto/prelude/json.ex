# What is no JSON says why.

defmodule Ecto.Json do
  @moduledoc false

  def not_loaded!(%{__owner__: owner, __field__: field}, encoder) do
    raise """
    cannot encode association #{inspect(field)} from #{inspect(owner)} to \
    JSON because the association was not loaded.

    You can either preload the association:

        Repo.preload(#{inspect(owner)}, #{inspect(field)})

    Or choose to not encode the association when converting the struct \
    to JSON by explicitly listing the JSON fields in your schema:

        defmodule #{inspect(owner)} do
          # ...

          @derive {#{encoder}, only: [:name, :title, ...]}
          schema ... do

    You can also use the :except option instead of :only if you would \
    prefer to skip some fields.
    """
  end

  def metadata!(%{schema: schema}, encoder) do
    raise """
    cannot encode metadata from the :__meta__ field for #{inspect(schema)} \
    to JSON. This metadata is used internally by Ecto and should never be \
    exposed externally.

    You can either map the schemas to remove the :__meta__ field before \
    encoding or explicitly list the JSON fields in your schema:

        defmodule #{inspect(schema)} do
          # ...

          @derive {#{encoder}, only: [:name, :title, ...]}
          schema ... do

    You can also use the :except option instead of :only if you would \
    prefer to skip some fields.
    """
  end
end

defimpl JSON.Encoder, for: Ecto.Association.NotLoaded do
  def encode(not_loaded, _encoder), do: Ecto.Json.not_loaded!(not_loaded, "JSON.Encoder")
end

defimpl JSON.Encoder, for: Ecto.Schema.Metadata do
  def encode(metadata, _encoder), do: Ecto.Json.metadata!(metadata, "JSON.Encoder")
end

defimpl Jason.Encoder, for: Ecto.Association.NotLoaded do
  def encode(not_loaded, _opts), do: Ecto.Json.not_loaded!(not_loaded, "Jason.Encoder")
end

defimpl Jason.Encoder, for: Ecto.Schema.Metadata do
  def encode(metadata, _opts), do: Ecto.Json.metadata!(metadata, "Jason.Encoder")
end

defimpl Jason.Encoder, for: Decimal do
  def encode(num, _opts), do: [?", Decimal.to_string(num), ?"]
end
