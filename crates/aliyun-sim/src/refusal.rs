//! Every way of saying no: gateway refusals (4xx, 5xx) and business refusals (200), with Aliyun's texts.

/// A refusal, whoever speaks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// HTTP status: 200 for business refusals.
    pub(crate) status: u16,
    /// Aliyun's code.
    pub(crate) code: String,
    /// Aliyun's text.
    pub(crate) message: String,
}

impl Refusal {
    /// A refusal by the gateway: the call did not reach the product.
    pub(crate) fn gateway(status: u16, code: &str, message: impl Into<String>) -> Self {
        Refusal { status, code: code.to_owned(), message: message.into() }
    }

    /// A refusal by the product: HTTP 200, and a `Code` that is not `OK`.
    pub(crate) fn business(code: &str, message: impl Into<String>) -> Self {
        Refusal::gateway(200, code, message)
    }

    /// Absent or empty mandatory parameter.
    pub(crate) fn missing(name: &str) -> Self {
        Refusal::gateway(
            400,
            &format!("Missing{name}"),
            format!("{name} is mandatory for this action."),
        )
    }

    /// A parameter in a form nobody could mean.
    pub(crate) fn invalid(name: &str) -> Self {
        Refusal::gateway(
            400,
            &format!("Invalid{name}"),
            format!("Specified parameter {name} is not valid."),
        )
    }

    /// A format error of the product's own.
    pub(crate) fn parameters(detail: &str) -> Self {
        Refusal::business("isv.INVALID_PARAMETERS", format!("参数格式错误：{detail}"))
    }

    /// Any code with the status and text that belong to it; unknown codes are HTTP 400.
    pub(crate) fn from_code(code: &str, message: Option<&str>, status: Option<u16>) -> Self {
        let (usual_status, usual_message) = usual(code);
        Refusal {
            status: status.unwrap_or(usual_status),
            code: code.to_owned(),
            message: message.map_or(usual_message, str::to_owned),
        }
    }

    /// Whether SDKs expect the header `x-acs-retry-after`.
    pub(crate) fn is_throttling(&self) -> bool {
        self.code.contains("Throttling")
    }
}

/// <https://developer.aliyun.com/ask/278265> and <https://help.aliyun.com/document_detail/101346.html>
fn usual(code: &str) -> (u16, String) {
    let (status, message) = match code {
        "InvalidAccessKeyId.NotFound" => (404, "Specified access key is not found."),
        "InvalidAccessKeyId.Inactive" => (400, "Specified access key is disabled."),
        "SignatureDoesNotMatch" => (400, "Specified signature does not match our calculation."),
        "InvalidTimeStamp.Expired" => (400, "Specified time stamp or date value is expired."),
        "InvalidTimeStamp.Format" => {
            (400, "Specified time stamp or date value is not well formatted.")
        }
        "SignatureNonceUsed" => (400, "Specified signature nonce was used already."),
        "InvalidAction.NotFound" | "InvalidApi.NotFound" => {
            (404, "Specified api is not found, please check your url and method.")
        }
        "NoPermission" | "Forbidden.RAM" => (403, "You are not authorized to perform this action."),
        "Throttling.User" => (400, "Request was denied due to user flow control."),
        "Throttling.Api" => (400, "Request was denied due to api flow control."),
        "Throttling" => (400, "Request was denied due to flow control."),
        "InternalError" => (500, "The request processing has failed due to some unknown error."),
        "ServiceUnavailable" => {
            (503, "The request has failed due to a temporary failure of the server.")
        }
        "isv.ValidateFail" => (400, "验证失败"),
        "isv.BUSINESS_LIMIT_CONTROL" => (200, "触发分钟级流控Permits:1"),
        "isv.DAY_LIMIT_CONTROL" => (200, "触发日发送限额"),
        "isv.MONTH_LIMIT_CONTROL" => (200, "触发月发送限额"),
        "isv.OUT_OF_SERVICE" => (200, "业务停机"),
        "isv.AMOUNT_NOT_ENOUGH" => (200, "账户余额不足"),
        "isv.DENY_IP_RANGE" => (200, "源IP地址所在的地区被禁用"),
        "isp.RAM_PERMISSION_DENY" => (200, "RAM权限不足"),
        "isp.SYSTEM_ERROR" => (200, "系统错误"),
        "isp.GATEWAY_ERROR" => (200, "网关错误"),
        "biz.FREQUENCY" => (200, "check frequency failed"),
        _ if code.starts_with("isv.") || code.starts_with("isp.") || code.starts_with("biz.") => {
            (200, "业务失败")
        }
        "template_parameter_count_illegal" => (200, "验证码模板只支持一个变量"),
        _ => (400, "The request was refused."),
    };
    (status, message.to_owned())
}
