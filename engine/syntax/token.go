package syntax

import "math/big"

// kind is the grammar's class of a token. The classes are those of Elixir's
// own scanner, whose grammar depends on them: an identifier says whether a
// parenthesis, a bracket, a do or a prefix operator follows it.
type kind uint8

const (
	tEOF  kind = iota
	tBad       // text that is no token; the error was reported
	tEOL       // one or more newlines
	tSemi      // ;
	tComma
	tDot
	tDotCall // the dot of f.(x)

	tIdent        // name
	tParenIdent   // name(
	tBracketIdent // name[
	tDoIdent      // name do
	tOpIdent      // name -1
	tAlias
	tKw        // name: and "name":
	tKwDynamic // "a#{b}":
	tBlock     // else, rescue, catch, after
	tInt
	tFloat
	tChar
	tAtom
	tAtomQuoted
	tAtomDynamic
	tString
	tCharlist
	tHeredoc
	tCharlistHeredoc
	tSigil
	tTrue
	tFalse
	tNil
	tHole // the body of a template between two pieces of code

	tFn
	tDo
	tEnd
	tLParen
	tRParen
	tLBracket
	tRBracket
	tLBrace
	tRBrace
	tLBit
	tRBit
	tMapOp   // the % of %{
	tPercent // the % of a struct

	tCaptureInt // the & of &1
	tCaptureOp
	tAtOp
	tUnaryOp
	tEllipsis
	tDual
	tStab
	tInMatch
	tWhen
	tType
	tPipe
	tAssoc
	tMatch
	tOr
	tAnd
	tComp
	tRel
	tArrow
	tIn
	tXor
	tTernary
	tConcat
	tRange
	tMult
	tPower
)

// token is a piece of the text, from start to end in bytes. text is its name
// or operator. newlines counts the line ends that it stands for or swallowed.
type token struct {
	kind       kind
	start, end int
	text       string
	newlines   int
	match      int // for a delimiter, the index of its partner; else 0
	lit        *literal
}

// literal is what a token with a value carries.
type literal struct {
	integer   *big.Int
	float     float64
	parts     []piece // unescaped
	raw       []piece // as written, for sigils
	quote     byte    // the first byte of a string's or atom's delimiter, else 0
	modifiers string
	indent    int // of a heredoc
	heredoc   bool
	body      [2]int // where a sigil's content stands
	cuts      [][2]int
	hole      int
}

// piece is a part of a string: text, or the tokens of an interpolation.
type piece struct {
	text       string
	start, end int
	tokens     []token // nil for text; ends with tEOF
}

// binary is what the parser knows of an infix operator.
type binary struct {
	prec  int
	right bool
}

// Precedences, as in the table of Elixir's grammar.
const (
	precLowest  = 0
	precPipe    = 70
	precCapture = 90
	precUnary   = 300
	precDot     = 310
	precAt      = 320
)

var binaries = map[kind]binary{
	tInMatch: {40, false},
	tWhen:    {50, true},
	tType:    {60, true},
	tPipe:    {precPipe, true},
	tMatch:   {100, true},
	tOr:      {120, false},
	tAnd:     {130, false},
	tComp:    {140, false},
	tRel:     {150, false},
	tArrow:   {160, false},
	tIn:      {170, false},
	tXor:     {180, false},
	tTernary: {190, true},
	tConcat:  {200, true},
	tRange:   {200, true},
	tDual:    {210, false},
	tMult:    {220, false},
	tPower:   {230, false},
}

// operators lists every operator by its text, longest first within a first
// byte; the scanner tries them in this order.
var operators = func() map[byte][]operator {
	table := []operator{
		{"~~~", tUnaryOp}, {"...", tEllipsis}, {"===", tComp}, {"!==", tComp}, {"&&&", tAnd}, {"|||", tOr},
		{"^^^", tXor}, {"+++", tConcat}, {"---", tConcat}, {"<<<", tArrow}, {">>>", tArrow}, {"~>>", tArrow},
		{"<<~", tArrow}, {"<~>", tArrow}, {"<|>", tArrow},
		{"//", tTernary}, {"**", tPower}, {"..", tRange}, {"++", tConcat}, {"--", tConcat}, {"<>", tConcat},
		{"|>", tArrow}, {"~>", tArrow}, {"<~", tArrow}, {"==", tComp}, {"=~", tComp}, {"!=", tComp},
		{"<=", tRel}, {">=", tRel}, {"&&", tAnd}, {"||", tOr}, {"<-", tInMatch}, {`\\`, tInMatch},
		{"::", tType}, {"->", tStab},
		{"@", tAtOp}, {"!", tUnaryOp}, {"^", tUnaryOp}, {"<", tRel}, {">", tRel}, {"+", tDual}, {"-", tDual},
		{"*", tMult}, {"/", tMult}, {"=", tMatch}, {"|", tPipe},
	}
	byFirst := map[byte][]operator{}
	for _, op := range table {
		byFirst[op.text[0]] = append(byFirst[op.text[0]], op)
	}
	return byFirst
}()

type operator struct {
	text string
	kind kind
}

// atomOperators are the operators that can follow a colon, longest first.
var atomOperators = []string{
	"<<>>", "..//", "%{}",
	"~~~", "===", "!==", "&&&", "|||", "<<<", ">>>", "~>>", "<<~", "<~>", "<|>", "^^^", "+++", "---", "...",
	"{}", "::", "==", "=~", "!=", "<=", ">=", "&&", "||", "|>", "~>", "<~", "<-", `\\`, "++", "--", "<>", "**", "->", "..",
	"%", "@", "!", "^", "&", "+", "-", "*", "/", "<", ">", "=", "|", ".",
}

var keywords = map[string]kind{
	"fn": tFn, "do": tDo, "end": tEnd, "true": tTrue, "false": tFalse, "nil": tNil,
	"not": tUnaryOp, "and": tAnd, "or": tOr, "when": tWhen, "in": tIn,
	"after": tBlock, "else": tBlock, "catch": tBlock, "rescue": tBlock,
}

// closers gives for each opening delimiter the text that closes it.
var closers = map[kind]string{
	tFn: "end", tDo: "end", tLParen: ")", tLBracket: "]", tLBrace: "}", tLBit: ">>",
}
