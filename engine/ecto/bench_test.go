package ecto_test

import (
	"testing"

	"streamsplayground/engine/interp"
	"streamsplayground/engine/live"
	"streamsplayground/engine/source"
	"streamsplayground/engine/term"
)

const benchmarked = `
defmodule Line do
  use Ecto.Schema
  import Ecto.Changeset
  embedded_schema do
    field :item
    field :amount, :integer
  end
  def changeset(line, attrs), do: line |> cast(attrs, [:item, :amount]) |> validate_required([:item]) |> validate_number(:amount, greater_than: 0)
end

defmodule Order do
  use Ecto.Schema
  import Ecto.Changeset
  schema "orders" do
    field :name
    field :email
    field :age, :integer
    embeds_many :lines, Line
  end

  def changeset(order, attrs) do
    order
    |> cast(attrs, [:name, :email, :age])
    |> validate_required([:name, :email])
    |> validate_format(:email, ~r/@/)
    |> validate_length(:name, min: 2)
    |> cast_embed(:lines)
  end

  def run do
    lines = %{"0" => %{"item" => "tea", "amount" => "2"}, "1" => %{"item" => "", "amount" => "0"}}
    changeset(%Order{}, %{"name" => "Ann", "email" => "a@b", "age" => "7", "lines" => lines})
  end
end
`

// BenchmarkChangeset is what a form with two embeds costs for each change of it.
func BenchmarkChangeset(b *testing.B) {
	file := source.NewFile("order.ex", benchmarked)
	base, err := live.BaseFor(file)
	if err != nil {
		b.Fatal(err)
	}
	program, _, err := base.Compile(file)
	if err != nil {
		b.Fatal(err)
	}
	thread := interp.NewThread(program, interp.Limits{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := thread.Run(func() term.Term { return thread.Apply(term.NewModule("Order"), "run") }); err != nil {
			b.Fatal(err)
		}
	}
}
