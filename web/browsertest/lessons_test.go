package browsertest_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var screenshot = flag.String("screenshot", "", "where TestLessonInsert leaves a picture of the page, for the README")

func TestLessonInsert(t *testing.T) {
	l := openLesson(t, "insert", "antonia", "virgil")
	antonia, virgil := l.client("antonia"), l.client("virgil")

	l.choose("antonia: join")
	pending := l.Text(`document.querySelector(".pending").textContent`)
	if n := strings.Count(pending, `{"messages-`); n != 10 {
		t.Errorf("%d inserts are pending on joining, want 10", n)
	}
	if strings.Index(pending, "messages-479") > strings.Index(pending, "messages-461") {
		t.Errorf("the newest is not first:\n%s", pending)
	}
	l.wantIn(".flushed", "inserts: []")
	l.wantIn(".lane-row.after", "server holds 0 items")

	send(antonia, "hello")
	for _, client := range []string{"antonia", "virgil"} {
		l.client(client).Until(messages + `.endsWith("|hello")`)
		l.choose(client + ": info new_message")
		l.wantIn(".lane-row", `{"messages-481", -1, %Message{id: 481, …}, nil, false}`, `["messages-481",-1,null,false]`)
	}
	l.choose("antonia: event send_message")
	antonia.Want(`document.querySelector(".composer input[type=text]").value`, "")
	virgil.Want(`document.querySelectorAll("#messages > *").length`, "11")
	if *screenshot == "" {
		return
	}
	l.Resize(1440, 900)
	l.choose("virgil: info new_message")
	if err := os.WriteFile(*screenshot, l.Screenshot(), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestLessonUpdate(t *testing.T) {
	l := openLesson(t, "update", "antonia", "virgil")
	antonia, virgil := l.client("antonia"), l.client("virgil")
	third := antonia.Text(`document.querySelectorAll("#messages > *")[2].id`)

	antonia.Point("#" + third)
	antonia.Click("#" + third + ` [phx-click=edit_message]`)
	antonia.Until(fmt.Sprintf(`document.querySelector("#%s form.editor")`, third))
	l.choose("antonia: event edit_message")
	l.wantIn(".lane-row", "updated in place")
	antonia.Fill("#"+third+" form.editor input[type=text]", "changed by hand")
	l.Press("\r")
	for _, client := range []string{"antonia", "virgil"} {
		l.client(client).Until(`document.querySelectorAll("#messages > *")[2].querySelector("p")?.textContent === "changed by hand"`)
		l.choose(client + ": info updated_message")
		l.wantIn(".lane-row", third, "updated in place")
		l.tab("page")
		l.wantIn(".report", "updated in place")
		if frame := l.rawFrame(); !strings.Contains(frame, fmt.Sprintf(`[%q,-1,null,false]`, third)) {
			t.Errorf("the frame does not carry -1: %s", frame)
		}
		l.tab("streams")
	}
	virgil.Want(`document.querySelectorAll("#messages > *")[2].id`, third)
	virgil.Want(`document.querySelectorAll("#messages > *").length`, "10")
}

func TestLessonDelete(t *testing.T) {
	l := openLesson(t, "delete", "antonia", "virgil")
	antonia := l.client("antonia")
	row := antonia.Text(`document.querySelectorAll("#messages > *")[5].id`)

	antonia.Point("#" + row)
	antonia.Click("#" + row + " [phx-click=delete_message]")
	for _, client := range []string{"antonia", "virgil"} {
		l.client(client).Until(fmt.Sprintf(`!document.querySelector("#%s") && document.querySelectorAll("#messages > *").length === 9`, row))
		l.choose(client + ": info deleted_message")
		l.wantIn(".pending", "inserts: []", fmt.Sprintf(`deletes: [%q]`, row))
		l.wantIn(".flushed", "inserts: []", "deletes: []")
		frame := l.rawFrame()
		if !strings.Contains(frame, `"k":{"kc":0}`) || !strings.Contains(frame, fmt.Sprintf(`"stream":["0",[],[%q]]`, row)) {
			t.Errorf("the frame is %s", frame)
		}
		l.tab("streams")
	}
}

func TestLessonLimit(t *testing.T) {
	l := openLesson(t, "limit", "reader")
	reader := l.client("reader")
	const lines = `[...document.querySelectorAll("#lines > *")].map((n) => n.textContent.replace("line ", "")).join(" ")`
	const log, feed, wrong, none = `[phx-value-at="-1"][phx-value-limit="-5"]`, `[phx-value-at="0"][phx-value-limit="5"]`,
		`[phx-value-at="-1"][phx-value-limit="5"]`, `[phx-value-at="-1"]:not([phx-value-limit])`
	reader.Want(lines, "1 2 3 4 5")
	for _, step := range []struct{ press, want string }{
		{log, "2 3 4 5 6"}, {log, "3 4 5 6 7"},
		{feed, "8 3 4 5 6"}, {feed, "9 8 3 4 5"},
	} {
		reader.Click(step.press)
		reader.Until(fmt.Sprintf(`%s === %q`, lines, step.want))
	}
	l.choose("reader: event add")
	l.tab("page")
	l.wantIn(".report", "pruned")
	l.tab("streams")

	reader.Click(wrong)
	l.Until(`document.querySelector('#timeline button[title*="#7 "]')`)
	l.choose("reader: event add")
	l.wantIn(".lane-row", `["lines-10",-1,5,false]`)
	if frame := l.rawFrame(); !strings.Contains(frame, "line 10") {
		t.Errorf("the row that is cut off was not sent: %s", frame)
	}
	l.tab("page")
	l.wantIn(".report", "pruned", "lines-10")
	reader.Want(lines, "9 8 3 4 5")
	reader.Click(none)
	reader.Until(lines + ` === "9 8 3 4 5 11"`)
	reader.Click(none)
	reader.Until(lines + ` === "9 8 3 4 5 11 12"`)
}

func TestLessonScrollback(t *testing.T) {
	l := openLesson(t, "scrollback", "antonia")
	antonia := l.client("antonia")
	scrollToFirst(t, antonia)
	// Of the load_more events on the way, the newest that brought rows.
	const loads = `[...document.querySelectorAll("#timeline button")].filter((b) => b.title.includes("load_more") && b.title.includes("kB"))`
	l.Until(loads + `.length >= 23`)
	id := l.Text(loads + `.at(-1).getAttribute("phx-value-id")`)
	l.Click(fmt.Sprintf(`#timeline button[phx-value-id=%q]`, id))
	l.Until(fmt.Sprintf(`document.querySelector(".summary .number").textContent === "#%s"`, id))
	if n := strings.Count(l.Text(`document.querySelector(".pending").textContent`), ", 0,"); n != 10 {
		t.Errorf("%d inserts at 0 are pending, want 10", n)
	}
	l.tab("assigns")
	l.Until(`document.querySelectorAll(".assigns tr.is-changed").length === 1`)
	l.wantIn(".assigns tr.is-changed", "oldest_message_id")
}
