# File, on the files that a node keeps in memory: what clients uploaded and what
# the program wrote. Nothing of the disk is to be seen. The natives are in files.go.

defmodule File.Error do
  @moduledoc false
  defexception [:reason, :path, action: ""]

  @impl true
  def message(e), do: "could not #{e.action} #{inspect(e.path)}: #{File.Memory.describe(e.reason)}"
end

defmodule File.CopyError do
  @moduledoc false
  defexception [:reason, :source, :destination, on: "", action: ""]

  @impl true
  def message(e) do
    on = if e.on == "", do: "", else: ". #{e.on}"
    "could not #{e.action} from #{inspect(e.source)} to #{inspect(e.destination)}#{on}: #{File.Memory.describe(e.reason)}"
  end
end

defmodule File.RenameError do
  @moduledoc false
  defexception [:reason, :source, :destination, on: "", action: ""]

  @impl true
  def message(e) do
    on = if e.on == "", do: "", else: ". #{e.on}"
    "could not #{e.action} from #{inspect(e.source)} to #{inspect(e.destination)}#{on}: #{File.Memory.describe(e.reason)}"
  end
end

defmodule File.Stat do
  @moduledoc false
  defstruct [:size, :type, :access, :atime, :mtime, :ctime, :mode, :links, :major_device, :minor_device, :inode, :uid, :gid]
end

defmodule File do
  @moduledoc false
  alias File.Memory

  def cwd, do: {:ok, "/"}
  def cwd!, do: "/"

  def read(path), do: Memory.read(text(path))

  def read!(path) do
    case read(path) do
      {:ok, data} -> data
      {:error, reason} -> raise File.Error, reason: reason, action: "read file", path: text(path)
    end
  end

  def write(path, content, modes \\ []), do: Memory.write(text(path), IO.iodata_to_binary(content), :append in modes)

  def write!(path, content, modes \\ []) do
    case write(path, content, modes) do
      :ok -> :ok
      {:error, reason} -> raise File.Error, reason: reason, action: "write to file", path: text(path)
    end
  end

  def touch(path, _time \\ nil), do: Memory.write(text(path), "", true)

  def touch!(path, time \\ nil) do
    case touch(path, time) do
      :ok -> :ok
      {:error, reason} -> raise File.Error, reason: reason, action: "touch", path: text(path)
    end
  end

  def cp(source, destination, _opts \\ []), do: Memory.copy(text(source), text(destination))

  def cp!(source, destination, opts \\ []) do
    case cp(source, destination, opts) do
      :ok ->
        :ok

      {:error, reason} ->
        raise File.CopyError, reason: reason, action: "copy", source: text(source), destination: text(destination)
    end
  end

  def copy(source, destination, bytes \\ :infinity) do
    with {:ok, data} <- read(source) do
      part = if is_integer(bytes), do: binary_part(data, 0, min(bytes, byte_size(data))), else: data
      with :ok <- write(destination, part), do: {:ok, byte_size(part)}
    end
  end

  def copy!(source, destination, bytes \\ :infinity) do
    case copy(source, destination, bytes) do
      {:ok, count} ->
        count

      {:error, reason} ->
        raise File.CopyError, reason: reason, action: "copy", source: text(source), destination: text(destination)
    end
  end

  def rename(source, destination), do: Memory.rename(text(source), text(destination))

  def rename!(source, destination) do
    case rename(source, destination) do
      :ok ->
        :ok

      {:error, reason} ->
        raise File.RenameError, reason: reason, action: "rename", source: text(source), destination: text(destination)
    end
  end

  def rm(path), do: Memory.rm(text(path))

  def rm!(path) do
    case rm(path) do
      :ok -> :ok
      {:error, reason} -> raise File.Error, reason: reason, action: "remove file", path: text(path)
    end
  end

  def mkdir_p(path), do: Memory.mkdir_p(text(path))

  def mkdir_p!(path) do
    case mkdir_p(path) do
      :ok -> :ok
      {:error, reason} -> raise File.Error, reason: reason, action: "make directory (with -p)", path: text(path)
    end
  end

  def ls(path \\ "."), do: Memory.ls(text(path))

  def ls!(path \\ ".") do
    case ls(path) do
      {:ok, names} -> names
      {:error, reason} -> raise File.Error, reason: reason, action: "list directory", path: text(path)
    end
  end

  def exists?(path, _opts \\ []), do: match?({:ok, _, _}, Memory.stat(text(path)))
  def regular?(path, _opts \\ []), do: match?({:ok, :regular, _}, Memory.stat(text(path)))
  def dir?(path, _opts \\ []), do: match?({:ok, :directory, _}, Memory.stat(text(path)))

  def stat(path, _opts \\ []) do
    case Memory.stat(text(path)) do
      {:ok, type, size} -> {:ok, %File.Stat{type: type, size: size, access: :read_write}}
      {:error, reason} -> {:error, reason}
    end
  end

  def stat!(path, opts \\ []) do
    case stat(path, opts) do
      {:ok, stat} -> stat
      {:error, reason} -> raise File.Error, reason: reason, action: "read file stats", path: text(path)
    end
  end

  defp text(path), do: IO.chardata_to_string(path)
end
