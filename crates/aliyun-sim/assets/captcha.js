// A stand-in for the script of Aliyun Captcha 2.0: it is set up in the same way, draws a box to tick, and hands over what the
// simulator's VerifyIntelligentCaptcha judges. Strict: what Aliyun's would refuse to begin with, this one does, too.
(() => {
  "use strict";
  const home = new URL(".", document.currentScript.src);
  const words = {
    cn: { title: "安全验证", tick: "我不是机器人", close: "关闭" },
    en: { title: "Security check", tick: "I am not a robot", close: "Close" },
  };

  const ask = async (path, fields) => {
    const answer = await fetch(new URL(path, home), { method: "POST", body: new URLSearchParams(fields) });
    const told = await answer.json();
    if (!answer.ok) throw Object.assign(new Error(told.message), { code: told.code });
    return told;
  };

  const part = (name, text, ...inside) => {
    const made = document.createElement(name);
    made.append(text, ...inside);
    return made;
  };

  window.initAliyunCaptcha = (options) => {
    const { region, prefix } = window.AliyunCaptchaConfig ?? {};
    const { SceneId: sceneId, mode, success, fail, onError, onClose, getInstance } = options;
    const failed = (error) => onError?.({ code: error.code ?? "NETWORK", msg: error.message });
    const place = document.querySelector(options.element);
    const button = document.querySelector(options.button);
    const lacks = [["region", region], ["prefix", prefix], ["SceneId", sceneId], ["element", place], ["button", button], ["success", success]]
      .filter(([, given]) => !given)
      .map(([name]) => name);
    if (mode !== "popup") lacks.push("mode: popup");
    if (lacks.length > 0) {
      failed({ code: "PARAMETER", message: `missing: ${lacks.join(", ")}` });
      return;
    }
    const said = words[options.language] ?? words.cn;
    let certifyId;
    let dialog;
    const begin = async () => ({ certifyId } = await ask("init", { sceneId, prefix, region }));
    const hide = () => dialog?.remove();
    const show = () => {
      hide();
      const box = part("input", "");
      box.type = "checkbox";
      const close = part("button", said.close);
      close.type = "button";
      close.addEventListener("click", () => dialog.close());
      dialog = part("dialog", "", part("p", part("label", "", box, ` ${said.tick}`)), close);
      dialog.setAttribute("aria-label", said.title);
      Object.assign(dialog.style, { border: "1px solid GrayText", borderRadius: "12px", padding: "24px" });
      Object.assign(close.style, { font: "inherit", minHeight: "44px", marginTop: "16px", padding: "0 16px" });
      Object.assign(box.style, { width: "24px", height: "24px", verticalAlign: "middle" });
      dialog.addEventListener("close", () => { hide(); onClose?.(); });
      box.addEventListener("change", async () => {
        box.disabled = true;
        try {
          const { captchaVerifyParam } = await ask("tick", { certifyId });
          hide();
          success(captchaVerifyParam);
          await begin();
        } catch (error) {
          hide();
          fail?.({ code: error.code ?? "NETWORK" });
        }
      });
      place.append(dialog);
      dialog.showModal();
    };
    button.addEventListener("click", show);
    begin().then(() => getInstance?.({ show, hide }), failed);
  };
})();
