# Version: versions as Semantic Versioning 2.0 has them, and requirements on them.

defmodule Version.InvalidRequirementError do
  @moduledoc false
  defexception [:requirement]

  @impl true
  def exception(requirement) when is_binary(requirement), do: %__MODULE__{requirement: requirement}

  @impl true
  def message(%{requirement: requirement}), do: "invalid requirement: #{inspect(requirement)}"
end

defmodule Version.InvalidVersionError do
  @moduledoc false
  defexception [:version]

  @impl true
  def exception(version) when is_binary(version), do: %__MODULE__{version: version}

  @impl true
  def message(%{version: version}), do: "invalid version: #{inspect(version)}"
end

defmodule Version.Requirement do
  @moduledoc false
  defstruct [:source, :lexed]
end

defmodule Version do
  @moduledoc false
  alias Version.Requirement

  @enforce_keys [:major, :minor, :patch]
  defstruct [:major, :minor, :patch, :build, pre: []]

  def parse(string) when is_binary(string) do
    case read(string, false) do
      {:ok, {major, minor, patch, pre, build}} -> {:ok, %Version{major: major, minor: minor, patch: patch, pre: pre, build: build}}
      :error -> :error
    end
  end

  def parse!(string) when is_binary(string) do
    case parse(string) do
      {:ok, version} -> version
      :error -> raise Version.InvalidVersionError, string
    end
  end

  # What a version says, with a patch that is nil where it may be left out and is.
  defp read(string, short?) do
    {rest, build} = cut(string, "+")
    {numbers, pre} = cut(rest, "-")

    with {:ok, [major, minor | patch]} <- numbers(numbers, short?),
         {:ok, pre} <- pre_parts(pre),
         true <- build == nil or identifiers?(build) do
      {:ok, {major, minor, List.first(patch), pre, build}}
    else
      _ -> :error
    end
  end

  defp cut(string, at) do
    case String.split(string, at, parts: 2) do
      [left, right] -> {left, right}
      [left] -> {left, nil}
    end
  end

  defp numbers(text, short?) do
    parts = String.split(text, ".")

    if (length(parts) == 3 or (short? and length(parts) == 2)) and Enum.all?(parts, &number?/1) do
      {:ok, Enum.map(parts, &String.to_integer/1)}
    else
      :error
    end
  end

  defp number?("0"), do: true
  defp number?(text), do: text =~ ~r/\A[1-9][0-9]*\z/

  defp identifiers?(text), do: text =~ ~r/\A[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*\z/

  defp pre_parts(nil), do: {:ok, []}

  defp pre_parts(text) do
    parts = String.split(text, ".")

    cond do
      not identifiers?(text) -> :error
      Enum.any?(parts, &(&1 =~ ~r/\A0[0-9]+\z/)) -> :error
      true -> {:ok, Enum.map(parts, &if(&1 =~ ~r/\A[0-9]+\z/, do: String.to_integer(&1), else: &1))}
    end
  end

  def compare(a, b) do
    case order(to_key(a), to_key(b)) do
      n when n < 0 -> :lt
      0 -> :eq
      _ -> :gt
    end
  end

  defp to_key(%Version{major: major, minor: minor, patch: patch, pre: pre}), do: {major, minor, patch, pre}
  defp to_key(string) when is_binary(string), do: string |> parse!() |> to_key()

  defp order({a, b, c, _}, {d, e, f, _}) when {a, b, c} < {d, e, f}, do: -1
  defp order({a, b, c, _}, {d, e, f, _}) when {a, b, c} > {d, e, f}, do: 1
  defp order({_, _, _, same}, {_, _, _, same}), do: 0
  defp order({_, _, _, []}, _), do: 1
  defp order(_, {_, _, _, []}), do: -1
  defp order({_, _, _, p}, {_, _, _, q}), do: if(p < q, do: -1, else: 1)

  def to_string(%Version{} = version) do
    pre = if version.pre == [], do: "", else: "-" <> Enum.join(version.pre, ".")
    build = if version.build, do: "+" <> version.build, else: ""
    "#{version.major}.#{version.minor}.#{version.patch}#{pre}#{build}"
  end

  ## Requirements

  def parse_requirement(string) when is_binary(string) do
    case lex(string) do
      {:ok, lexed} -> {:ok, %Requirement{source: string, lexed: lexed}}
      :error -> :error
    end
  end

  def parse_requirement!(string) when is_binary(string) do
    case parse_requirement(string) do
      {:ok, requirement} -> requirement
      :error -> raise Version.InvalidRequirementError, string
    end
  end

  def compile_requirement(%Requirement{} = requirement), do: requirement

  # A requirement is alternatives of conditions that hold together.
  defp lex(string) do
    tokens = Regex.scan(~r/~>|>=|<=|==|!=|!|>|<|=|\band\b|\bor\b|[^\s<>=!~]+/, string) |> List.flatten()

    if tokens == [] or String.replace(string, ~r/\s/, "") != Enum.join(tokens) do
      :error
    else
      conditions(tokens, [[]])
    end
  end

  defp conditions([op, version | rest], [all | done]) when op in ["~>", ">=", "<=", "==", "!=", "!", ">", "<"] do
    case read(version, op == "~>") do
      {:ok, found} -> joined(rest, [[{op, found} | all] | done])
      :error -> :error
    end
  end

  defp conditions([version | rest], [all | done]) when version not in ["and", "or"] do
    case read(version, false) do
      {:ok, found} -> joined(rest, [[{"==", found} | all] | done])
      :error -> :error
    end
  end

  defp conditions(_, _), do: :error

  defp joined([], alternatives), do: {:ok, Enum.reverse(alternatives)}
  defp joined(["and" | rest], alternatives), do: conditions(rest, alternatives)
  defp joined(["or" | rest], alternatives), do: conditions(rest, [[] | alternatives])
  defp joined(_, _), do: :error

  def match?(version, requirement, opts \\ [])
  def match?(version, requirement, opts) when is_binary(requirement), do: match?(version, parse_requirement!(requirement), opts)

  def match?(version, %Requirement{lexed: lexed}, opts) do
    allow_pre = Keyword.get(opts, :allow_pre, true)
    key = to_key(version)
    Enum.any?(lexed, fn all -> Enum.all?(all, &holds?(&1, key, allow_pre)) end)
  end

  defp holds?({"==", v}, key, _), do: order(key, whole(v)) == 0
  defp holds?({op, v}, key, _) when op in ["!=", "!"], do: order(key, whole(v)) != 0
  defp holds?({"<", v}, key, _), do: order(key, whole(v)) < 0
  defp holds?({"<=", v}, key, _), do: order(key, whole(v)) <= 0
  defp holds?({">", v}, key, allow_pre), do: order(key, whole(v)) > 0 and pre_allowed?(v, key, allow_pre)
  defp holds?({">=", v}, key, allow_pre), do: order(key, whole(v)) >= 0 and pre_allowed?(v, key, allow_pre)

  defp holds?({"~>", {major, minor, patch, _, _} = v}, {a, b, _, _} = key, allow_pre) do
    below = if patch == nil, do: a == major, else: {a, b} == {major, minor}
    order(key, whole(v)) >= 0 and below and pre_allowed?(v, key, allow_pre)
  end

  defp whole({major, minor, patch, pre, _}), do: {major, minor, patch || 0, pre}

  # A version before a release is taken only where the requirement names one.
  defp pre_allowed?(_, {_, _, _, []}, _), do: true
  defp pre_allowed?({_, _, _, [_ | _], _}, _, _), do: true
  defp pre_allowed?(_, _, allow_pre), do: allow_pre
end

defimpl String.Chars, for: Version do
  defdelegate to_string(version), to: Version
end

defimpl String.Chars, for: Version.Requirement do
  def to_string(%{source: source}), do: source
end
