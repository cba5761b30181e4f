package cmd

import (
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

func newConfigSchemaCmd(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "print the JSON Schema of hooks.yaml, for editors",
		Long: "Editors with a YAML language server complete and check hooks.yaml by it when its first line is\n" +
			"# yaml-language-server: $schema=hooks.schema.json",
		Example: "hooks config schema > hooks.schema.json",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			text, err := json.MarshalIndent(settingsSchema(), "", "  ")
			if err != nil {
				return err
			}
			return a.println(string(text))
		},
	}
}

// schema is a JSON Schema as far as it is needed here.
type schema map[string]any

// settingsSchema is made of the same tables that the files are read by.
func settingsSchema() schema {
	properties := schema{}
	for _, k := range knownSettings() {
		properties[k.key] = k.schema()
	}
	return schema{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "hooks.yaml", "type": "object",
		"properties": properties, "additionalProperties": false,
	}
}

func (k setting) schema() schema {
	s := schema{"description": k.doc}
	switch k.kind {
	case oneValue:
		s["type"] = scalarTypes()
	case manyValue:
		s["anyOf"] = oneOrMore()
	case refValues:
		s["type"], s["additionalProperties"] = "object", schema{"anyOf": oneOrMore()}
	case mapValue:
		s["type"], s["additionalProperties"] = "object", schema{"type": scalarTypes()}
	case endpointValues:
		s["type"], s["additionalProperties"] = "object", endpointSchema()
	}
	return s
}

func scalarTypes() []string { return []string{"string", "number", "boolean"} }

func oneOrMore() []schema {
	return []schema{{"type": scalarTypes()}, {"type": "array", "items": schema{"type": scalarTypes()}}}
}

func endpointSchema() schema {
	properties := schema{"url": schema{"type": scalarTypes(), "description": "where to deliver to"}}
	for key, flag := range declarable() {
		properties[key] = flagSchema(flag)
	}
	return schema{"type": "object", "properties": properties, "required": []string{"url"}, "additionalProperties": false}
}

func flagSchema(f *pflag.Flag) schema {
	s := schema{"description": strings.ReplaceAll(f.Usage, "`", "")}
	if f.Value.Type() == "bool" {
		s["type"] = "boolean"
	} else {
		s["anyOf"] = oneOrMore()
	}
	return s
}
