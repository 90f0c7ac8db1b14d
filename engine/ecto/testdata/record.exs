# Writes into each file named what Ecto makes of its cases. To be run with Ecto,
# Decimal, Phoenix.HTML, phoenix_ecto and LiveView in the code path:
#
#     elixir -pa 'DEPS/*/ebin' record.exs cases/*.exs
#
# A file has modules, a line "# run", and cases: code, and below it the result.

defmodule RecordCases do
  def file(name) do
    [modules, cases] = name |> File.read!() |> String.split("\n# run\n", parts: 2)
    Code.eval_string(modules, [], file: name)
    done = cases |> String.split(~r/\n\n+/, trim: true) |> Enum.map_join("\n\n", &block/1)
    File.write!(name, modules <> "\n# run\n\n" <> done <> "\n")
  end

  defp block(text) do
    code = text |> String.split("\n") |> Enum.reject(&String.starts_with?(&1, "#=>")) |> Enum.join("\n") |> String.trim("\n")
    result = code |> run() |> String.trim_trailing("\n") |> String.split("\n") |> Enum.map_join("\n", &String.trim_trailing("#=> " <> &1))
    code <> "\n" <> result
  end

  defp run(code) do
    {value, _} = Code.eval_string("import Ecto.Changeset, warn: false\n" <> code)
    inspect(value, limit: :infinity, printable_limit: :infinity)
  rescue
    error ->
      {error, stacktrace} = Exception.blame(:error, error, __STACKTRACE__)
      :error |> Exception.format_banner(error, stacktrace) |> String.split("\n\nThe following arguments") |> hd()
  catch
    kind, reason -> Exception.format_banner(kind, reason)
  end
end

Code.put_compiler_option(:ignore_module_conflict, true)
Enum.each(System.argv(), &RecordCases.file/1)
