"""The few SMS sentences that the gateway says itself; composed like every other message (folded, fitted)."""

OPTED_OUT = (
    "Ông/bà sẽ không nhận tin nhắn tự động nữa. Ông/bà nhắn hỏi thì tôi vẫn trả lời. Muốn nhận lại, nhắn: DONG Y LAI. Gặp cán bộ, nhắn: GAP hoặc gọi 1900 0368."
)
OPTED_IN = "Ông/bà sẽ lại nhận tin nhắn tự động của Trợ lý 06. Muốn dừng, nhắn: HUY."
