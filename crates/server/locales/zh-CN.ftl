# 托管页面的简体中文。两种语言的键与变量完全一致，由测试比对。

## 每个页面

title-error = 错误：
new-tab = （在新标签页打开）
footer-language = 语言
footer-terms = 用户协议
footer-privacy = 隐私政策
demo-strip = 演示环境：短信会出现在{ $inbox }
demo-strip-inbox = 模拟收件箱
document-terms = 《用户协议》
document-privacy = 《隐私政策》

## 手机号

sign-in-title = 登录
sign-in-title-to = 登录 { $app }
register-title = 注册账号
register-title-to = 注册 { $app } 账号
sign-in-lead = 未注册的手机号验证后将自动创建账号。
register-lead = 已有账号的手机号验证后将直接登录。
phone-label = 手机号
phone-hint = 我们将向该号码发送一条含 6 位验证码的短信，运营商可能收取短信费用。
country-label = 国家或地区
country-button = 国家或地区：{ $name }，+{ $code }
country-search = 搜索名称或区号
country-none = 没有匹配的国家或地区
country-matches = 有 { $count } 个匹配的国家或地区。
agree-both = 我已阅读并同意{ $terms }和{ $privacy }
agree-terms = 我已阅读并同意{ $terms }
agree-privacy = 我已阅读并同意{ $privacy }
notice-both = 继续即表示你同意{ $terms }和{ $privacy }
notice-terms = 继续即表示你同意{ $terms }
notice-privacy = 继续即表示你同意{ $privacy }
get-code = 获取验证码

## 验证码

code-title = 输入验证码
code-sent-to = 短信已发送至 { $phone }
code-unclear = 暂时无法确认发往 { $phone } 的短信是否已发出，它仍有可能送达。
code-change = 更换号码
code-label = 6 位验证码
code-life = 验证码 { $minutes } 分钟内有效。
code-gone = 验证码已过期，请获取新的验证码。
code-continue = 继续
resend = 重新发送
resend-new = 获取新验证码
resend-in = { $time } 后可重新发送
resend-wait = { $seconds } 秒后可重新发送。
resend-ready = 现在可以重新发送短信。
resend-done = 短信已重新发送。
tips-title = 没有收到短信？
tips-number = 请确认 { $phone } 是你的号码。
tips-folder = 请查看手机的垃圾短信或被拦截的信息。
tips-signal = 请确认手机有信号，并且能够接收短信。
tips-again = 仍未收到？等待时间结束后可以重新发送。
attempts-left = 还可以尝试 { $count } 次。
attempts-none = 已没有尝试次数，请获取新的验证码。

## 等待

try-again-later = 请稍后再试。
try-again-in-seconds = 请在 { $count } 秒后再试。
try-again-in-minutes = 请在 { $count } 分钟后再试。
try-again-in-hours = 请在 { $count } 小时后再试。
try-again-at = 请在 { $time } 之后再试。

## 出错时

error-phone-empty = 请输入手机号。
error-agree = 请先阅读并同意，再继续。
error-code-empty = 请输入短信中的 6 位验证码。
error-code-malformed = 验证码为 6 位数字，请核对短信后重新输入。
error-form-stale = 页面停留时间过长，尚未发送任何短信，请重试。
error-request-cooldown = 刚刚已向该号码发送过短信。
error-unknown = 我们这边出了点问题，请重试。

error-request-cross-site = 该操作来自其他网站，未被执行，请在此处重试。
error-request-timeout = 等待时间过长，请重试。
error-request-too-large = 输入的内容过长，请检查后重试。
error-request-not-found = 该地址没有内容。
error-request-internal = 我们这边出了点问题，请重试。
error-request-unavailable = 当前访问量较大。
error-request-conflict = 本次登录有两个步骤同时进行，请重试。
error-request-message-rate-limited = 该号码获取验证码的次数过多。
error-guard-invalid-input = 输入的内容无法识别，请检查后重试。
error-auth-forbidden = 此处不允许该操作，请联系应用的客服。
error-session-not-found = 本次登录已过期，请返回应用重新开始。
error-session-interaction-not-found = 本次登录已过期，请返回应用重新开始。
error-session-verification-session-not-found = 该验证码已被新的验证码取代，请输入最新短信中的验证码。
error-session-verification-failed = 号码尚未验证，请输入短信中的验证码。
error-session-identifier-not-found = 号码尚未验证，请输入短信中的验证码。
error-session-identity-conflict = 本次登录属于另一个账号，请返回应用重新开始。
error-session-not-supported-for-forgot-password = 此处不支持该操作，请返回应用重新开始。
error-session-too-many-messages = 本次登录可发送的短信已达上限，请返回应用重新开始。
error-verification-code-not-found = 验证码不正确，请获取新的验证码。
error-verification-code-phone-mismatch = 该验证码属于另一个号码，请获取新的验证码。
error-verification-code-expired = 验证码已过期，请获取新的验证码。
error-verification-code-exceed-max-try = 错误次数过多，请获取新的验证码。
error-verification-code-code-mismatch = 验证码不正确。
error-user-user-not-exist = 该号码没有账号，且此处不开放注册。
error-user-phone-already-in-use = 该号码已有账号，请直接登录。
error-user-sign-in-method-not-enabled = 此处未开启手机号登录。
error-user-suspended = 该账号已被锁定，请联系应用的客服。
error-user-missing-profile = 该应用除手机号外还需要其他资料，此处无法填写，请联系其客服。
error-user-invalid-phone = 这不像是有效的手机号，请检查号码和国家或地区。
error-user-phone-cannot-receive-sms = 该号码无法接收短信，请换一个手机号。
error-user-phone-country-not-allowed = 此处不支持该国家或地区的号码，请换一个号码。
error-connector-not-found = 短信服务尚未设置好，这是我们的问题，请稍后再试。
error-connector-invalid-config = 短信未能发出，这是我们的问题，请稍后再试。
error-connector-template-not-found = 短信未能发出，这是我们的问题，请稍后再试。
error-connector-general = 短信未能发出，这是我们的问题，请稍后再试。
error-connector-rate-limit-exceeded = 运营商暂时不再接收发往该号码的短信。
error-connector-invalid-request-parameters = 运营商无法识别该号码，请检查号码或换一个号码。
error-connector-unreachable = 短信没有发出，这是我们的问题，请重试。
error-connector-outcome-unknown = 暂时无法确认短信是否已发出，它仍有可能送达，请稍等片刻再重新获取。

## 授权

consent-title = 允许 { $app } 使用你的账号吗？
consent-lead = { $app } 申请以下权限。
consent-account = 你已使用 { $phone } 登录。
consent-allow = 允许
consent-deny = 不允许
scope-openid = 识别你的身份
scope-openid-hint = 你的账号标识
scope-profile = 查看你的个人资料
scope-profile-hint = 你填写过的姓名、头像和用户名
scope-phone = 查看你的手机号
scope-phone-hint = 你用来登录的号码
scope-email = 查看你的电子邮箱
scope-email-hint = 如果你填写过
scope-offline-access = 保持连接
scope-offline-access-hint = 在你离开时仍可使用以上权限
scope-other = { $scope }
scope-other-hint = 该应用自定义的权限

## 继续与退出

going-title = 登录成功
going-lead = 正在返回应用。
going-link = 继续
sign-out-tab = 退出登录
sign-out-title = 要退出登录吗？
sign-out-lead = 你将在此浏览器中退出登录。
sign-out-lead-from = { $app } 请求在此浏览器中退出登录。
sign-out-yes = 退出登录
signed-out-title = 已退出登录
signed-out-lead = 你可以关闭此页面。

## 走不通时

unknown-session-title = 页面已过期
unknown-session-lead = 页面停留时间过长，或不是从应用打开的。请返回应用重新开始。
not-found-title = 这里什么也没有
not-found-lead = 地址可能有误，或页面已经移动。
server-error-title = 出了点问题
server-error-lead = 问题在我们这边，请稍后再试。
bad-request-title = 操作没有成功
bad-request-lead = 请求无法识别，请返回后重试。
go-home = 回到首页
error-reference = 编号：{ $id }

## 演示应用

demo-badge = 演示应用
demo-title = 用手机号登录
demo-lead = 这个页面扮演你的应用：它把用户带到 Haoma 登录，再取回用户的身份。
demo-sign-in = 登录
demo-step-number = 输入手机号
demo-step-number-hint = 任意号码都可以，例如 138 0013 8000。一切都在本机进行：由模拟器扮演阿里云短信服务。
demo-step-code = 查看验证码
demo-step-code-hint = 短信会出现在{ $inbox }。
demo-inbox = 模拟收件箱
demo-step-token = 看看应用得到了什么
demo-step-token-hint = 一个带有手机号的、经过签名的 ID 令牌。任何 OpenID Connect 库都可以这样接入。
demo-signed-in = 登录成功
demo-signed-in-lead = 应用已校验 ID 令牌：签名、签发者、受众、nonce 和有效期均正确。
demo-verified = ID 令牌已校验
demo-claims = 应用得到的信息
demo-claim = 声明
demo-value = 值
demo-nothing = 未设置
demo-token = 收到的 ID 令牌原文
demo-token-header = 头部
demo-token-payload = 载荷
demo-token-signature = 签名
demo-token-signature-hint = 使用 { $address } 提供的密钥校验
demo-response = 令牌响应的其余内容
demo-scope = 授予的权限范围
demo-refresh = 刷新令牌
demo-refresh-yes = 已收到，不在页面上显示
demo-refresh-no = 无
demo-sign-out = 退出登录
demo-again = 再次登录
demo-failed = 登录没有完成
demo-failed-denied = 登录被取消或拒绝，可以重新开始。
demo-failed-state = 该响应不属于此浏览器在十分钟内发起的登录，请重新开始。
demo-failed-exchange = 未能用授权码换取令牌。
demo-failed-token = ID 令牌未通过校验。
demo-claim-sub = 账号标识，每次登录都相同
demo-claim-phone-number = 手机号，已由验证码确认
demo-claim-phone-number-verified = 是否已由验证码确认
demo-claim-name = 姓名
demo-claim-picture = 头像
demo-claim-username = 用户名
demo-claim-created-at = 账号创建时间
demo-claim-updated-at = 最近变更时间
demo-claim-iss = 令牌的签发者
demo-claim-aud = 令牌签发给谁
demo-claim-iat = 签发时间
demo-claim-exp = 过期时间
demo-claim-nonce = 将令牌与此浏览器绑定
demo-claim-at-hash = 将令牌与访问令牌绑定
demo-claim-auth-time = 登录时间
demo-claim-amr = 登录方式
demo-claim-sid = 会话

## How long ago

ago-now = 刚刚
ago-minutes = { $count } 分钟前
ago-hours = { $count } 小时前
ago-days = { $count } 天前

## Console

console-name = Haoma 控制台
console-title-end = {" "}· Haoma 控制台
console-skip = 跳到正文
console-nav = 控制台栏目
console-sign-in-title = 登录控制台
console-sign-in-lead = 仅供管理员使用。您的用户通过您的应用登录。
console-sign-in = 登录
console-sign-out = 退出登录
console-continue = 继续
console-cancel = 取消
console-field-name = 用户名
console-field-password = 密码
console-field-new-password = 新密码
console-field-current-password = 当前密码
console-field-role = 角色
console-password-hint = 至少 12 个字符。用几个互不相干的词组成，好记又难猜。
console-welcome-title = 设置密码
console-welcome-lead = 您将以“{ $name }”的身份使用此密码登录控制台。
console-welcome-go = 保存并进入控制台
console-link-gone-title = 此链接已失效
console-link-gone-lead = 链接已被使用，或已超过 15 分钟。如果您已有密码，请直接登录；否则请向所有者索取新链接，或在服务器上运行“haoma admin create”。
console-prove-title = 请确认是您本人
console-prove-lead = 请输入密码以继续，已填写的内容不会丢失。
console-account = 我的账号
console-sessions = 已登录的设备
console-sessions-lead = 会话闲置一小时后结束，最长保持 12 小时。
console-this-session = 当前会话
console-address-unknown = 未知地址
console-session-began = 登录于
console-session-seen = 最近使用
console-end-session = 结束会话
console-session-ended = 会话已结束。
console-password = 密码
console-password-lead = 修改密码后，其他会话将全部结束。
console-password-change = 修改密码
console-password-changed = 密码已修改，其他会话已结束。
console-administrators = 管理员
console-administrators-lead = 控制台的账号，与登录您应用的用户相互独立。
console-role-owner = 所有者
console-role-owner-hint = 拥有全部权限，包括管理员和密钥。
console-role-editor = 编辑者
console-role-editor-hint = 可管理连接器、登录体验、应用和用户。
console-role-viewer = 查看者
console-role-viewer-hint = 可查看所有非机密内容，不能修改。
console-you = 您
console-no-password = 尚未设置密码
console-since = 添加于
console-change = 修改
console-role-change = 修改角色
console-role-changed = 角色已修改。
console-link-make = 生成一次性链接
console-link-make-hint = 用于设置新密码。在链接被使用之前，原密码仍然有效。
console-link-title = { $name } 的一次性链接
console-link-lead = 仅可使用一次，{ $minutes } 分钟内有效。请通过安全的方式发送：它只在此处显示这一次。
console-remove = 移除 { $name }
console-remove-hint = 立即结束其所有会话。其操作记录保留在审计日志中。
console-administrator-removed = 管理员已移除。
console-last-owner = 未执行：必须至少保留一位已设置密码的所有者。
console-add = 添加管理员
console-add-go = 添加并生成链接

error-administrator-wrong-credentials = 用户名或密码不正确。
error-administrator-wrong-password = 密码不正确。
error-request-too-many-attempts = 尝试次数过多。
error-administrator-link-gone = 此链接已被使用或已过期。
error-password-too-short = 密码至少需要 12 个字符。
error-password-too-long = 密码最多 128 个字符。
error-password-common = 该密码很容易被猜到，请换一个。
error-password-has-name = 密码不能包含用户名。
error-administrator-invalid-name = 请使用 1 到 64 个字母、数字、点、短横线、下划线或 @。
error-administrator-name-in-use = 已有同名的管理员。

console-second = 两步验证
console-second-on = 已开启
console-second-off = 未开启
console-second-about = 输入密码后，还需输入手机应用上每 30 秒变化一次的验证码。
console-second-set-up = 设置
console-second-anew = 重新设置
console-second-remove = 关闭
console-second-removed = 两步验证已关闭。
console-second-set = 两步验证已开启。每次登录都需要输入验证码。
console-second-scan = 打开手机上的身份验证器应用，扫描此图。
console-second-picture = 供身份验证器应用扫描的二维码
console-second-type = 如果无法扫描，请在应用中输入此密钥：
console-second-confirm = 应用上显示的验证码
console-second-go = 开启
console-second-title = 输入验证码
console-second-lead = 打开手机上的身份验证器应用，查看六位验证码。
console-second-lost = 手机丢失？请向所有者索取一次性链接，或在服务器上运行“haoma admin create”，两步验证将随之关闭。
console-field-code = 验证码
error-administrator-wrong-code = 验证码不正确或已被使用，请等待下一个。

## 管理 API
error-auth-authorization-header-missing = 缺少访问令牌，请放在 Authorization 请求头中。
error-auth-authorization-token-type-not-supported = 此处只接受 Bearer 令牌。
error-auth-unauthorized = 访问令牌在此无效，请重新获取。
error-auth-jwt-sub-missing = 访问令牌没有说明持有者。
error-guard-invalid-pagination = 页码须不小于 1，每页数量须在 1 到 100 之间。
error-request-invalid-input = 不支持这样的参数组合。
error-request-feature-not-supported = 此处不支持密码和电子邮箱。
error-entity-not-found = 该对象不存在或已被删除。
error-entity-not-exists-with-id = 没有使用此 ID 的对象，或已被删除。
error-entity-invalid-input = 请说明要更改的内容。
error-entity-db-constraint-violated = 此类型的应用不保存密钥。
error-application-secret-name-exists = 该应用已有同名密钥。
error-application-invalid-type = 只有机器对机器应用可以获得此权限。
error-application-saml-use-saml-app-api = 此处不支持 SAML 应用。
error-user-username-already-in-use = 该用户名已被其他账号使用。
error-oidc-session-not-found = 该会话已结束或不存在。
error-oidc-invalid-session-account-id = 该会话属于其他用户。
error-log-invalid-time-window = 开始时间不能晚于结束时间。

error-entity-changed-meanwhile = 内容已被其他人修改。请查看最新内容后再保存。
error-sign-in-experiences-enabled-connector-not-found = 使用短信验证码前，请先配置连接器。
error-sign-in-experiences-passwordless-requires-verify = 手机号注册且不设密码时，必须验证手机号。
error-sign-in-experiences-duplicated-sign-up-identifiers = 注册标识重复。
error-sign-in-experiences-code-sign-in-must-be-enabled = 允许手机号注册时，必须允许用验证码登录。
error-sign-in-experiences-unsupported-default-language = 不支持该语言。
rule-needs-connector = 请先配置短信连接器，否则无法发送验证码。
rule-needs-verify = 账号没有密码时，必须验证手机号。
rule-duplicated-identifier = 每种标识只能列出一次。
rule-needs-phone-sign-in = 用手机号注册的用户必须能用手机号登录。
rule-unknown-language = 不支持该语言。请选择 English 或简体中文。
rule-not-a-color = 颜色请写成 # 加六位数字或 a–f，例如 #0b6b58。
rule-not-an-address = 请填写以 https:// 或 http:// 开头的完整地址。
rule-not-a-picture = 请填写以 https:// 开头的完整地址，或 data:image/… 地址。
rule-brand-name = 品牌名称为 1 至 40 个字符。
rule-no-country = 请至少选择一个国家或地区，否则没有人能登录。
rule-default-not-allowed = 默认国家或地区必须在允许的范围内。
rule-code-life = 验证码有效期为 1 至 10 分钟（60 至 600 秒）：安全规范（NIST SP 800-63B、OWASP ASVS 6.5.5）不允许更长。
rule-code-guesses = 每个验证码允许尝试 1 至 10 次。
rule-cooldown = 两条短信之间的间隔为 60 至 600 秒：阿里云会拒绝一分钟内的第二条短信。
## Console: frame and components

console-menu = 菜单
console-overview = 概览
console-connectors = 连接器
console-sign-in-experience = 登录体验
console-applications = 应用
console-users = 用户
console-messages = 消息
console-audit-log = 审计日志
console-settings = 设置
console-api = API
console-copy = 复制
console-copied = 已复制
console-optional = 选填
console-colon = ：
console-step-done = （已完成）
console-filter-go = 查询
console-filter-clear = 清除条件
console-pager = 列表翻页
console-pager-newer = 较新
console-pager-older = 较早
console-forbidden-title = 没有权限
console-lost-title = 页面不存在
console-error-title = 操作未完成
console-back = 返回控制台
console-prove-add = 您即将添加一位管理员。
console-prove-link = 您即将为 { $name } 生成一次性链接。
console-prove-role = 您即将修改 { $name } 的角色。
console-prove-remove = 您即将移除 { $name }。
console-prove-second-set = 您即将设置两步验证。
console-prove-second-remove = 您即将关闭两步验证。
console-wrong-summary = 有 { $count } 处需要修改：

## What is missing before people can sign in

gap-no-connector = 尚未配置短信连接器，无法发送验证码。
gap-no-template = 连接器没有用途为 { $usage }（或 Generic）、可发往以下国家或地区的短信模板：{ $countries }
gap-comma = 、
gap-asks-for-more = 注册还要求用户名、邮箱或密码，而登录页面不会收集这些信息，新用户将无法注册。
gap-phone-off = 手机号登录尚未开启，用户暂时无法登录。
error-request-tests = 您在一小时内发送的测试短信过多。

## Console: the sign-in experience

console-experience-lead = 设置谁可以用手机号登录，以及登录页面的外观。保存后立即生效。
console-experience-open = 已开放
console-experience-partly = 部分开放
console-experience-closed = 未开放
console-experience-missing = 要让所有人都能登录，还需要处理：
console-experience-overtaken = 您编辑期间，其他管理员保存了此页面。您填写的内容保留在下方，尚未保存，与当前已保存的设置有以下不同：
console-experience-stored = 放弃我填写的内容，查看已保存的设置
console-experience-read-only = 您的角色只能查看此页面，不能修改。
console-experience-saved = 已保存，登录页面即刻生效。
console-experience-same = 没有任何修改，无需保存。
console-experience-save = 保存
console-experience-undo = 撤销修改
console-experience-parts = 本页各部分
console-experience-part-open = 开放范围
console-experience-part-countries = 国家和地区
console-experience-part-look = 外观
console-experience-part-terms = 协议
console-experience-part-codes = 验证码
console-experience-part-preview = 预览

console-experience-sign-in-methods = 手机号登录
console-experience-sign-in-methods-hint = 用户使用手机号和短信验证码登录。关闭后，页面会提示暂不可用，也不再发送短信；已登录的用户不受影响。
console-experience-sign-up-identifiers = 注册时只要求手机号
console-experience-sign-up-identifiers-hint = 目前注册还要求用户名、邮箱或密码，而登录页面不会收集这些信息，因此没有人能完成注册。
console-experience-sign-in-mode = 谁可以进入
console-experience-sign-in-mode-sign-in-and-register = 所有人：注册和登录一步完成
console-experience-sign-in-mode-sign-in-and-register-hint = 验证码正确后，没有账号的手机号自动注册，已有账号的手机号直接登录，用户无需区分两者。
console-experience-sign-in-mode-sign-in = 仅限已有账号的用户
console-experience-sign-in-mode-sign-in-hint = 不开放注册。未注册的手机号看到的页面与已注册的完全相同，但不会发送短信：既不会泄露谁有账号，也不产生费用。
console-experience-sign-in-mode-register = 仅限新用户
console-experience-sign-in-mode-register-hint = 每次进入都视为注册。已有账号的手机号会收到验证码，验证后被告知该号码已注册。
console-experience-unknown-session-redirect-url = 会话失效时前往的地址
console-experience-unknown-session-redirect-url-hint = 用户通过书签打开登录页或页面已过期时，将跳转到此地址，例如您的首页。留空则显示一个说明页面。

console-experience-countries-lead = 只向这些国家和地区的手机号发送验证码。请只开放有用户的国家和地区：境外短信费用更高，也更容易被盗刷。
console-experience-phone-regions-allowed = 允许的国家和地区
console-experience-phone-regions-default = 默认国家或地区
console-experience-more-countries = 更多国家和地区
console-experience-search = 按名称或区号搜索

console-experience-branding-name = 品牌名称
console-experience-branding-name-hint = 显示在页面顶部，同时供读屏软件代替标志朗读。
console-experience-branding-logo-url = 标志
console-experience-branding-logo-url-hint = 图片地址，以 36 像素高度显示，代替默认标志和品牌名称。
console-experience-branding-dark-logo-url = 深色背景下的标志
console-experience-branding-favicon = 浏览器标签图标
console-experience-color-primary-color = 主题色
console-experience-color-dark-primary-color = 深色模式主题色
console-experience-pick = 选取：{ $what }
console-experience-moved = { $chosen } 的对比度为 { $ratio }:1，文字至少需要 4.5:1。页面将改用最接近且清晰可读的 { $used }。
console-experience-color-is-dark-mode-enabled = 跟随设备使用深色页面
console-experience-color-is-dark-mode-enabled-hint = 关闭后，页面在所有设备上都使用浅色。
console-experience-language-info-fallback-language = 默认语言
console-experience-language-info-auto-detect = 跟随浏览器语言
console-experience-language-info-auto-detect-hint = 浏览器语言不受支持时使用默认语言。关闭后，所有人先看到默认语言，仍可自行切换。

console-experience-terms-lead = 链接显示在每个页面底部。两个地址都留空时，无需用户同意。
console-experience-terms-of-use-url = 用户协议
console-experience-privacy-policy-url = 隐私政策
console-experience-agree-to-terms-policy = 同意方式
console-experience-agree-to-terms-policy-manual = 所有人都需勾选
console-experience-agree-to-terms-policy-manual-hint = 勾选框位于手机号下方，每次登录都要勾选，默认不勾选。
console-experience-agree-to-terms-policy-manual-registration-only = 仅在开放注册时需要勾选
console-experience-agree-to-terms-policy-manual-registration-only-hint = 输入手机号时还不知道是否为新用户，因此开放注册时所有人都需勾选，不开放注册时则无需勾选。
console-experience-agree-to-terms-policy-automatic = 继续即表示同意
console-experience-agree-to-terms-policy-automatic-hint = 按钮下方有文字说明。在中国大陆，法律要求用户主动勾选（《个人信息保护法》第十四条）。

console-experience-length = 验证码固定为 6 位数字，不可修改。留空的项目以服务器配置文件为准。
console-experience-verification-code-policy-expiration-duration = 验证码有效期（秒）
console-experience-verification-code-policy-expiration-duration-hint = 60 至 600，留空为 { $otherwise }。如果短信模板中写明了有效期，请保持一致。
console-experience-verification-code-policy-max-retry-attempts = 每个验证码可尝试的次数
console-experience-verification-code-policy-max-retry-attempts-hint = 1 至 10，留空为 { $otherwise }。
console-experience-verification-code-policy-resend-cooldown = 两条短信的间隔（秒）
console-experience-verification-code-policy-resend-cooldown-hint = 60 至 600，留空为 { $otherwise }。同一号码之后的短信间隔会更长。

console-experience-preview-lead = 用当前填写的内容显示真实页面，无论是否已保存。预览中的内容不可操作，也不会发送短信。
console-experience-preview-title = 登录页面预览
console-experience-preview-show = 显示预览
console-experience-preview-page = 页面
console-experience-preview-phone = 手机号
console-experience-preview-code = 验证码
console-experience-preview-lang = 页面语言
console-experience-preview-theme = 浅色或深色
console-experience-preview-light = 浅色
console-experience-preview-dark = 深色
console-experience-preview-size = 设备
console-experience-preview-small = 手机
console-experience-preview-wide = 电脑
