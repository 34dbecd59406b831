// Shows the schema that the page names.
const element = document.getElementById("swagger");
SwaggerUIBundle({
  url: element.dataset.schema,
  domNode: element,
  deepLinking: true,
  validatorUrl: null, // it would call another host
  presets: [SwaggerUIBundle.presets.apis],
});
