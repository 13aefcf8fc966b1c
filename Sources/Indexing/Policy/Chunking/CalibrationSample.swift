extension TokenCalibration {
    /// What every worker sends to `/tokenize` once per model. Changing a byte of it changes how documents are cut:
    /// raise `chunkerVersion` with it.
    public static let sample = SourceText(
        normalising: """
            # Keeping a queue honest

            A worker that claims a job owes somebody an answer. It may finish, fail with a reason, or hand the job back;
            what it must never do is fall silent. Operators learned this the hard way: dashboards stayed green while
            the index had not changed for three weeks, because "success" was written before anything had been stored.

            - Retries are cheap when they are spread out, and ruinous when every client starts again at 12:00:00.
            - See https://example.org/docs/v2.1/retry?attempt=3&max=10#backoff or mail ops@example.com, 24/7.

            | host        | port  | latency (ms) | state    |
            |-------------|------:|-------------:|----------|
            | alpha-01    |  6379 |         0.82 | healthy  |
            | beta-17     | 16334 |      1250.40 | degraded |

            ```swift
            func backoff(_ attempt: Int, base: Duration = .milliseconds(100)) -> Duration {
                let shift = min(attempt, 16)  // 2^16 * 100 ms is more than anybody waits
                guard shift > 0, let entry = table[shift] else { return base }
                return entry["delay"] ?? base * (1 << shift)
            }
            ```

            Größere Übungen für Schüler: ähnlich schöne Häuser, süße Äpfel. Où êtes-vous allés, forêt enneigée, garçon?
            Очередь не должна терять задания, даже если рабочий процесс внезапно остановлен.
            Η ουρά δεν πρέπει να χάνει εργασίες όταν ένας διακομιστής σταματήσει.
            לא מאבדים אף מסמך גם כאשר השרת נעצר באמצע העבודה.
            يجب ألا تضيع أي وثيقة عندما يتوقف الخادم فجأة أثناء العمل.
            जब सर्वर अचानक रुक जाए तब भी कोई दस्तावेज़ खोना नहीं चाहिए। เอกสารต้องไม่สูญหายเมื่อเซิร์ฟเวอร์หยุดทำงาน
            即使服务器突然停止，也不应丢失任何文件。サーバーが止まっても文書を失ってはいけません。
            서버가 갑자기 멈추더라도 문서를 잃어버려서는 안 됩니다.
            → ≤ ≥ ≠ ∑ … “quoted” – dash — ✓ ★ • 🚀 🎉 🧵 🔥 👩‍💻 📦 🐢 🌍 💡 ✅ 🕰 🧪 🛠 🎯 📈 🧭 🪣 🦉
            """)
}
