"""EasyBraille on AWS Lambda: `lambda_app.handler.handler`."""
