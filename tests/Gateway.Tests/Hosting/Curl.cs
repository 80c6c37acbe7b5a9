using System.Diagnostics;

namespace Gateway.Tests.Hosting;

/// <summary>The command line's HTTP client, where it is installed.</summary>
internal static class Curl
{
    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] args)
    {
        using var process = new Process { StartInfo = new ProcessStartInfo("curl", args) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true } };
        try
        {
            process.Start();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("curl is not installed.");
        }

        var output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output);
    }
}
