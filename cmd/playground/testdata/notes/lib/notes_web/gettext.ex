defmodule NotesWeb.Gettext do
  use Gettext, otp_app: :notes
end
