using LlmResilience;
using LlmResilience.Benchmarks.Budgets;
using LlmResilience.Benchmarks.Clients;
using LlmResilience.Benchmarks.Peers;
using Microsoft.Extensions.AI;

List<ChatMessage> messages = [new(ChatRole.User, "hi")];
IChatClient raw = new InstantClient(20);
IChatClient ours = new InstantClient(20).WithLlmResilience(llm => llm.AddEndpoint("b", new InstantClient(20)));
IChatClient polly = new PollyChatClient(new InstantClient(20));
IChatClient ms = new OrderedFailoverPeer(new InstantClient(20), new InstantClient(20));
void Print(string name, params Cost[] costs) => Console.WriteLine(name + ": " + string.Join(" | ", costs.Select(c => $"{c.Nanoseconds:0} ns {c.Bytes} B")));
ValueTask Call(IChatClient c) { var t = c.GetResponseAsync(messages); return t.IsCompletedSuccessfully ? default : new ValueTask(t); }
async ValueTask Stream(IChatClient c) { await foreach (var u in c.GetStreamingResponseAsync(messages)) { } }
var r = Measurement.Compare(() => Call(raw), () => Call(ours), () => Call(polly), () => Call(ms));
Print("call raw/ours/polly/ms", r); Console.WriteLine(r[1].RatioTo(r[2]));
r = Measurement.Compare(() => Stream(raw), () => Stream(ours), () => Stream(polly), () => Stream(ms));
Print("stream raw/ours/polly/ms", r); Console.WriteLine(r[1].RatioTo(r[2]));
IChatClient raw1k = new InstantClient(1000); IChatClient ours1k = new InstantClient(1000).WithLlmResilience();
r = Measurement.Compare(() => Stream(raw1k), () => Stream(ours1k));
Print("1000", r);
IChatClient rawa = new InstantClient(100, false); IChatClient oursa = new InstantClient(100, false).WithLlmResilience();
r = Measurement.Compare(() => Stream(rawa), () => Stream(oursa));
Print("100 async", r);
