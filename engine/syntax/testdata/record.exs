# Writes what Elixir makes of the cases beside this file:
#
#     elixir record.exs
#
# quoted.txtar and errors.txtar hold pairs of "in" and "out"; live.txtar holds
# the quoted form of each file in live/ of the recorded captures.
defmodule SyntaxCases do
  def dump(atom) when is_atom(atom) do
    name = Atom.to_string(atom)

    cond do
      atom in [nil, true, false] -> name
      Regex.match?(~r/^[a-zA-Z_][a-zA-Z0-9_]*[?!]?$/, name) -> ":" <> name
      true -> ":" <> text(name)
    end
  end

  def dump(n) when is_integer(n), do: Integer.to_string(n)
  def dump(n) when is_float(n), do: "float:" <> :erlang.float_to_binary(n, [{:scientific, 17}])
  def dump(b) when is_binary(b), do: text(b)
  def dump(l) when is_list(l), do: "[" <> Enum.map_join(l, ", ", &dump/1) <> "]"
  def dump({a, m, c}) when is_list(m), do: "{" <> dump(a) <> ", [], " <> dump(c) <> "}"
  def dump(t) when is_tuple(t), do: "{" <> Enum.map_join(Tuple.to_list(t), ", ", &dump/1) <> "}"

  defp text(s) do
    body =
      for <<b <- s>>, into: "" do
        cond do
          b in [?", ?\\] -> <<?\\, b>>
          b >= 32 and b < 127 -> <<b>>
          true -> "\\x" <> String.pad_leading(Integer.to_string(b, 16), 2, "0")
        end
      end

    "\"" <> body <> "\""
  end

  def quoted(source) do
    dump(Code.string_to_quoted!(source, file: "code.ex", columns: true, emit_warnings: false))
  rescue
    e -> Exception.format(:error, e, [])
  end

  # The inputs of an archive of "in" and "out" files.
  def inputs(path) do
    for part <- String.split("\n" <> File.read!(path), "\n-- in --\n") |> tl() do
      part |> String.split("\n-- out --") |> hd()
    end
  end

  def pairs(path) do
    outs = for source <- inputs(path), do: "-- in --\n#{source}\n-- out --\n#{quoted(source)}\n"
    File.write!(path, "Recorded with Elixir #{System.version()}.\n" <> Enum.join(outs))
  end

  def live do
    outs = for f <- Enum.sort(Path.wildcard("../../transport/testdata/captures/live/*.ex")), do: "-- live/#{Path.basename(f)} --\n#{quoted(File.read!(f))}\n"
    File.write!("live.txtar", "Recorded with Elixir #{System.version()}.\n" <> Enum.join(outs))
  end
end

File.cd!(__DIR__)
SyntaxCases.pairs("quoted.txtar")
SyntaxCases.pairs("errors.txtar")
SyntaxCases.live()
